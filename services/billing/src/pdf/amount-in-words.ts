import { type Big, decimalText, minorUnits } from "@tollbook/domain";
import { ToWords } from "to-words/en-IN";

const toWords = new ToWords();

const currencyNames = new Intl.DisplayNames(["en"], { type: "currency" });

/**
 * An amount as it stands on an invoice: "Rupees One Lakh Fifty Thousand and Paise Fifty Only".
 * Other currencies name their coin as a fraction: "US Dollar One Hundred and 50/100 Only".
 */
export function amountInWords(amount: Big, currency: string): string {
  const digits = minorUnits(currency);
  const [units = "0", coins = ""] = decimalText(amount, digits).split(".");
  const words = `${nameOf(currency)} ${inWords(units)}`;
  if (/^0*$/.test(coins)) return `${words} Only`;
  if (currency === "INR") return `${words} and Paise ${inWords(coins)} Only`;
  return `${words} and ${coins}/1${"0".repeat(digits)} Only`;
}

function nameOf(currency: string): string {
  return currency === "INR" ? "Rupees" : (currencyNames.of(currency) ?? currency);
}

/** As a bigint: as a number, large amounts would be read out with digits they do not have. */
function inWords(digits: string): string {
  return toWords.convert(BigInt(digits));
}
