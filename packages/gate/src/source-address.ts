import { BlockList, isIP } from "node:net";

/** Decides whether an address may use a key. */
export type AddressRule = (address: string | undefined) => boolean;

/**
 * The rule of an allow-list of CIDRs (`203.0.113.0/24`, `2001:db8::/32`, or one address). An
 * absent or unreadable address is not in any list; an unreadable entry allows nobody. IPv4
 * addresses in IPv6 clothes (`::ffff:203.0.113.9`) are what they wear underneath.
 */
export function addressRule(allowedCidrs: readonly string[]): AddressRule {
  const list = new BlockList();
  for (const cidr of allowedCidrs) addTo(list, cidr);
  return (address) => {
    const plain = address?.startsWith("::ffff:") ? address.slice(7) : address;
    const version = plain === undefined ? 0 : isIP(plain);
    return version !== 0 && list.check(plain ?? "", version === 6 ? "ipv6" : "ipv4");
  };
}

function addTo(list: BlockList, cidr: string): void {
  const [network = "", bits] = cidr.split("/");
  const version = isIP(network);
  const family = version === 6 ? "ipv6" : "ipv4";
  const most = version === 6 ? 128 : 32;
  const length = bits === undefined ? most : Number(bits);
  const readable = version !== 0 && /^\d+$/.test(bits ?? "0") && length <= most;
  if (readable) list.addSubnet(network, length, family);
}
