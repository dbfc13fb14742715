import { Violations } from "@tollbook/domain";
import { PROPERTIES_MAX, PROPERTY_LENGTH_MAX } from "./check-usage-item.ts";
import { METHOD } from "./heading-fault.ts";
import type { Aggregation, EndpointWeight, MeterTerms } from "./meter.ts";

/** A meter as somebody wrote it down: everything may be wrong. */
export interface MeterInput extends Omit<MeterTerms, "aggregation"> {
  readonly aggregation: Aggregation | undefined;
}

/** What is looked at for each endpoint: more would make a new endpoint's first call slow. */
const PATTERNS_MAX = 50;
const METHODS_MAX = 20;
const WEIGHTS_MAX = 100;
/** A billion calls of this weight are 10^15 units, which fit a 64-bit sum 9,000 times over. */
const WEIGHT_MAX = 1_000_000n;
const NAME_LENGTH_MAX = 60;
/** Of an endpoint's template, and a method before it. */
const PATTERN_LENGTH_MAX = 200;

const CONTROL = /\p{Cc}/u;
const PATTERN = /^(?:(?:\*|[A-Z][A-Z-]{0,15}) )?[^\s\p{Cc}]+$/u;

/** A meter that makes sense; throws "invalid" INVALID_REQUEST with everything that is wrong. */
export function checkMeter(input: MeterInput): MeterTerms {
  const faults = new Violations();
  const name = checkName(faults, input.name);
  checkFilter(faults, input);
  checkValues(faults, input);
  const { aggregation, uniqueProperty } = input;
  if (aggregation === undefined) {
    faults.add("meter.aggregation", "MISSING", "Say how calls are summed.");
  }
  if (aggregation === "unique" && uniqueProperty === "") {
    faults.add("meter.unique_property", "MISSING", "Say which property's values are counted.");
  }
  if (aggregation !== "unique" && uniqueProperty !== "") {
    const sentence = "Only AGGREGATION_UNIQUE counts a property's values; leave this empty.";
    faults.add("meter.unique_property", "NOT_APPLICABLE", sentence);
  }
  if (uniqueProperty.length > PROPERTY_LENGTH_MAX) {
    faults.add("meter.unique_property", "TOO_LONG", `At most ${PROPERTY_LENGTH_MAX} characters.`);
  }
  if (aggregation !== "count" && input.weights.length > 0) {
    const sentence = "Only calls that are counted have weights; leave this empty.";
    faults.add("meter.weights", "NOT_APPLICABLE", sentence);
  }
  faults.throwIfAny();
  if (aggregation === undefined) throw new Error("a meter without faults has no aggregation");
  return { ...input, name, aggregation };
}

/** Notes what is wrong with a name; gives it without space around it. */
export function checkName(faults: Violations, text: string): string {
  const name = text.trim();
  if (name === "") faults.add("meter.name", "MISSING", "It needs a name.");
  if ([...name].length > NAME_LENGTH_MAX) {
    faults.add("meter.name", "TOO_LONG", `At most ${NAME_LENGTH_MAX} characters.`);
  }
  if (CONTROL.test(name)) {
    const sentence = "Leave out line breaks and control characters.";
    faults.add("meter.name", "CONTROL_CHARACTER", sentence);
  }
  return name;
}

/** Notes what is wrong with the values that may change. */
export function checkValues(
  faults: Violations,
  { statusClasses, weights }: Pick<MeterTerms, "statusClasses" | "weights">,
): void {
  statusClasses.forEach((statusClass, at) => {
    if (statusClass >= 1 && statusClass <= 5) return;
    faults.add(`meter.status_classes[${at}]`, "OUT_OF_RANGE", "A status class is 1 to 5.");
  });
  noteRepeats(faults, "meter.status_classes", statusClasses);
  if (weights.length > WEIGHTS_MAX) {
    faults.add("meter.weights", "TOO_MANY", `At most ${WEIGHTS_MAX} weights.`);
    return;
  }
  weights.forEach((weight, at) => {
    checkWeight(faults, `meter.weights[${at}]`, weight);
  });
  const patterns = weights.map(({ endpointPattern }) => endpointPattern);
  noteRepeats(faults, "meter.weights", patterns);
}

function checkWeight(
  faults: Violations,
  field: string,
  { endpointPattern, weight }: EndpointWeight,
) {
  checkPattern(faults, `${field}.endpoint_pattern`, endpointPattern);
  if (weight > WEIGHT_MAX) {
    faults.add(`${field}.weight`, "OUT_OF_RANGE", `A call costs 0 to ${WEIGHT_MAX} units.`);
  }
}

function checkFilter(faults: Violations, input: MeterInput): void {
  const { endpointPatterns, methods, properties } = input;
  checkCount(faults, "meter.endpoint_patterns", endpointPatterns.length, PATTERNS_MAX);
  endpointPatterns.slice(0, PATTERNS_MAX).forEach((pattern, at) => {
    checkPattern(faults, `meter.endpoint_patterns[${at}]`, pattern);
  });
  noteRepeats(faults, "meter.endpoint_patterns", endpointPatterns);
  checkCount(faults, "meter.methods", methods.length, METHODS_MAX);
  methods.slice(0, METHODS_MAX).forEach((method, at) => {
    if (METHOD.test(method)) return;
    const sentence = "A method is 1 to 16 capital letters, such as GET or RPC.";
    faults.add(`meter.methods[${at}]`, "METHOD_INVALID", sentence);
  });
  noteRepeats(faults, "meter.methods", methods);
  const entries = Object.entries(properties);
  checkCount(faults, "meter.properties", entries.length, PROPERTIES_MAX);
  const malformed = entries.some(([name, value]) => {
    return name === "" || name.length > PROPERTY_LENGTH_MAX || value.length > PROPERTY_LENGTH_MAX;
  });
  if (!malformed) return;
  const sentence = `A property has a name, and name and value at most ${PROPERTY_LENGTH_MAX} characters.`;
  faults.add("meter.properties", "PROPERTIES_INVALID", sentence);
}

function checkPattern(faults: Violations, field: string, pattern: string): void {
  if (PATTERN.test(pattern) && pattern.length <= PATTERN_LENGTH_MAX) return;
  const sentence = "Write a path or a method and a path, such as /v1/history/* or GET /v1/*.";
  faults.add(field, "PATTERN_MALFORMED", sentence);
}

function checkCount(faults: Violations, field: string, count: number, max: number): void {
  if (count > max) faults.add(field, "TOO_MANY", `At most ${max}.`);
}

function noteRepeats(faults: Violations, field: string, values: readonly unknown[]): void {
  if (new Set(values).size === values.length) return;
  faults.add(field, "REPEATED", "Name each once.");
}
