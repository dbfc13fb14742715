import type { Share } from "../share.ts";
import type { Wording } from "../wording.ts";
import { type FlatPrice, priceFlat } from "./flat.ts";
import { type GraduatedPrice, priceGraduated } from "./graduated.ts";
import { type PackagePrice, pricePackage } from "./package.ts";
import { type PerUnitPrice, pricePerUnit } from "./per-unit.ts";
import type { Priced } from "./priced.ts";

/** How units become money. One file a model; a new model is a file, and a line in each of these. */
export type Price = PerUnitPrice | PackagePrice | GraduatedPrice | FlatPrice;

/** What some units cost. Tier bounds are not prorated; a flat fee is. */
export function priceUnits(units: bigint, price: Price, share: Share, wording: Wording): Priced {
  switch (price.model) {
    case "per-unit":
      return pricePerUnit(units, price, wording);
    case "package":
      return pricePackage(units, price, wording);
    case "graduated":
      return priceGraduated(units, price, wording);
    case "flat":
      return priceFlat(share, price, wording.currency);
  }
}
