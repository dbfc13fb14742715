import { useId } from "preact/hooks";

interface SegmentsProps<V extends string> {
  label: string;
  value: V;
  choices: readonly { value: V; name: string }[];
  onPick: (value: V) => void;
}

/** A choice of a few, side by side. */
export function Segments<V extends string>({ label, value, choices, onPick }: SegmentsProps<V>) {
  const group = useId();
  return (
    <fieldset class="segments">
      <legend class="unseen">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value}>
          <input
            type="radio"
            name={group}
            checked={choice.value === value}
            onChange={() => onPick(choice.value)}
          />
          <span>{choice.name}</span>
        </label>
      ))}
    </fieldset>
  );
}
