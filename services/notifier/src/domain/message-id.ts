/**
 * The Message-ID of a delivery: the same each time it is tried, so that a mail that had to be sent
 * twice is recognised as one. `fromAddress` gives the domain that vouches for it.
 */
export function messageIdOf(deliveryId: string, fromAddress: string): string {
  return `<delivery.${deliveryId}@${domainOf(fromAddress)}>`;
}

/** The domain of an address that was checked to be one. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}
