/**
 * A UUIDv7 for a request that changes something. Sent again after a failure, it is the same
 * request and takes effect once.
 */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const time = Date.now();
  new DataView(bytes.buffer).setUint32(0, Math.floor(time / 65_536));
  new DataView(bytes.buffer).setUint16(4, time % 65_536);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Gives the same id for the same content, and a new one when the content has changed. */
export function requestIds(): (content: unknown) => string {
  let last: { content: string; id: string } | undefined;
  return (content) => {
    const text = JSON.stringify(content);
    if (last?.content !== text) last = { content: text, id: newRequestId() };
    return last.id;
  };
}
