import { DomainError } from "@tollbook/domain";

export function meterNotFound(meterId: string): DomainError {
  return new DomainError("not-found", "METER_NOT_FOUND", "There is no such meter.", { meterId });
}

/** A name is unique among meters that are not archived. */
export function meterNameInUse(name: string): DomainError {
  const sentence = `meter.name: Another meter of yours is called ${name}.`;
  return new DomainError("conflict", "METER_NAME_IN_USE", sentence, { name });
}

export function meterIsArchived(meterId: string): DomainError {
  const sentence = "This meter was stopped, and cannot be changed any more.";
  return new DomainError("failed-precondition", "METER_IS_ARCHIVED", sentence, { meterId });
}

export function meterIsDefault(meterId: string): DomainError {
  const sentence = "The default meter counts all calls of an account, and cannot be stopped.";
  return new DomainError("failed-precondition", "METER_IS_DEFAULT", sentence, { meterId });
}

/** Each meter is looked at for each call, and each of its versions is kept in memory. */
export function tooManyMeters(countMax: number): DomainError {
  const sentence = `An account has at most ${countMax} meters; stop one that is not needed.`;
  return new DomainError("failed-precondition", "TOO_MANY_METERS", sentence);
}

export function meterChangedTooOften(meterId: string, countMax: number): DomainError {
  const sentence = `A meter is changed at most ${countMax} times; define a new one.`;
  const metadata = { meterId };
  return new DomainError("failed-precondition", "METER_CHANGED_TOO_OFTEN", sentence, metadata);
}
