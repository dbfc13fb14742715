/**
 * What can go wrong without the host being to blame for more than its settings: `settings` are
 * missing or wrong; Tollbook is `unreachable`; it refuses the root key (`key-refused`); usage was
 * refused for good (`usage-rejected`) or could not be kept (`usage-lost`): these calls are not
 * counted; the `spool` cannot be used; the host's own options threw (`options`); or the SDK itself
 * failed (`internal`), and let a call pass.
 */
export type TroubleKind =
  | "settings"
  | "unreachable"
  | "key-refused"
  | "usage-rejected"
  | "usage-lost"
  | "spool"
  | "options"
  | "internal";

/** One thing that went wrong, for the host's log. */
export interface Trouble {
  readonly kind: TroubleKind;
  /** A sentence that says what it means and what to do. */
  readonly message: string;
  /** Calls, or items of usage, that are lost for it; 0 if none. */
  readonly lost: number;
  readonly cause?: unknown;
}

/** Tells of trouble; never throws. */
export type TellTrouble = (
  kind: TroubleKind,
  message: string,
  details?: { readonly lost?: number; readonly cause?: unknown },
) => void;

/**
 * Every trouble goes to the host's listener; without one, the first of each kind becomes a warning
 * of the process, which Node prints, and which stops nothing.
 */
export function troubleTeller(onTrouble: ((trouble: Trouble) => void) | undefined): TellTrouble {
  const told = new Set<TroubleKind>();
  return (kind, message, { lost = 0, cause } = {}) => {
    if (onTrouble !== undefined) {
      try {
        onTrouble({ kind, message, lost, cause });
      } catch {
        // The listener is the host's; its failure is not to become the failure of a call.
      }
      return;
    }
    if (told.has(kind)) return;
    told.add(kind);
    const code = `TOLLBOOK_${kind.toUpperCase().replace("-", "_")}`;
    process.emitWarning(message, { type: "TollbookWarning", code });
  };
}
