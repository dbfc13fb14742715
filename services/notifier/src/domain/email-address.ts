/** RFC 5321 allows 64 + 1 + 255 octets; nothing longer is an address. */
const addressLengthMax = 320;

/** One @, something on both sides, and nothing that could end a header or start another address. */
const addressForm = /^[^\s@<>()[\]\\,;:"\p{C}]+@[^\s@<>()[\]\\,;:"\p{C}]+$/u;

/** Whether mail can be sent there at all; whether anybody reads it only time tells. */
export function isMailable(address: string): boolean {
  return address.length <= addressLengthMax && addressForm.test(address);
}
