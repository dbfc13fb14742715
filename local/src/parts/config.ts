/** Where programs are looked for: what the shell that started us would find. */
export function programPath(): string {
  return process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
}
