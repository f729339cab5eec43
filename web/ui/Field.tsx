import type { ComponentChildren, Ref } from "preact";
import { useId } from "preact/hooks";
import { Icon } from "./Icon.tsx";
import { chevronDown, search, warning } from "./icons.ts";
import "./Field.css";

interface FieldProps {
  label: string;
  /** A quiet word after the label, such as "facoltativo". */
  note?: string | undefined;
  /** What is wrong and how to mend it; the field turns invalid. */
  error?: string | undefined;
}

/** What ties a control to its label and its error. */
interface Wiring {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

interface FrameProps extends FieldProps {
  children: (wiring: Wiring) => ComponentChildren;
}

/** Label above, control, error below. */
function FieldFrame({ label, note, error, children }: FrameProps) {
  const id = useId();
  const errorId = `${id}-error`;
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
        {note && <span class="field-note"> · {note}</span>}
      </label>
      {children({ id, "aria-invalid": Boolean(error), "aria-describedby": error ? errorId : undefined })}
      {error && <FieldError id={errorId}>{error}</FieldError>}
    </div>
  );
}

/** An error next to its cause. */
export function FieldError({ id, children }: { id?: string; children: ComponentChildren }) {
  return (
    <p class="error" id={id} role="alert">
      <Icon of={warning} size="xs" />
      {children}
    </p>
  );
}

/** What every control takes over from its native element. */
interface NativeProps {
  name?: string;
  required?: boolean;
  disabled?: boolean;
}

interface TextProps extends FieldProps, NativeProps {
  value: string;
  onValue: (value: string) => void;
  placeholder?: string;
  maxLength?: number;
  /** A token of the HTML autofill list: `email`, `name`, `current-password`. */
  autoComplete?: string;
}

interface TextInputProps extends TextProps {
  type?: "text" | "email" | "password" | "tel" | "url";
  inputRef?: Ref<HTMLInputElement>;
}

/** Preact types the ARIA roles per input type; none is set here, so all five may pass as "text". */
export function TextInput({ label, note, error, type = "text", onValue, inputRef, ...native }: TextInputProps) {
  const typed = { type: type as "text" };
  return (
    <FieldFrame label={label} note={note} error={error}>
      {(wiring) => <input class="input" {...typed} {...native} {...wiring} ref={inputRef ?? null} onInput={(event) => onValue(event.currentTarget.value)} />}
    </FieldFrame>
  );
}

interface TextareaProps extends TextProps {
  rows?: number;
}

export function Textarea({ label, note, error, onValue, rows = 3, ...native }: TextareaProps) {
  return (
    <FieldFrame label={label} note={note} error={error}>
      {(wiring) => <textarea class="input" rows={rows} {...native} {...wiring} onInput={(event) => onValue(event.currentTarget.value)} />}
    </FieldFrame>
  );
}

export interface Option {
  value: string;
  label: string;
}

interface SelectProps extends FieldProps, NativeProps {
  value: string;
  options: readonly Option[];
  onValue: (value: string) => void;
}

/** A native select: it knows every platform's keyboard and touch habits. */
export function Select({ label, note, error, options, value, onValue, ...native }: SelectProps) {
  return (
    <FieldFrame label={label} note={note} error={error}>
      {(wiring) => (
        <div class="select">
          <select class="input" {...native} {...wiring} value={value} onChange={(event) => onValue(event.currentTarget.value)}>
            {options.map((option) => (
              <option key={option.value} value={option.value} selected={option.value === value}>
                {option.label}
              </option>
            ))}
          </select>
          <Icon of={chevronDown} size="s" />
        </div>
      )}
    </FieldFrame>
  );
}

interface RangeProps extends FieldProps {
  min: number;
  max: number;
  step: number;
  value: number;
  /** Shown and said after the number. */
  unit: string;
  onValue: (value: number) => void;
}

/** A number on a scale, with what it is beside it. */
export function Range({ label, note, error, unit, onValue, value, ...scale }: RangeProps) {
  return (
    <FieldFrame label={label} note={note} error={error}>
      {(wiring) => (
        <div class="range">
          <input type="range" {...scale} {...wiring} value={value} aria-valuetext={`${value} ${unit}`} onInput={(event) => onValue(event.currentTarget.valueAsNumber)} />
          <output for={wiring.id}>{`${value} ${unit}`}</output>
        </div>
      )}
    </FieldFrame>
  );
}

interface SearchInputProps {
  /** Placeholder and accessible name at once. */
  label: string;
  value: string;
  onValue: (value: string) => void;
  inputRef?: Ref<HTMLInputElement>;
}

export function SearchInput({ label, value, onValue, inputRef }: SearchInputProps) {
  return (
    <div class="search">
      <Icon of={search} size="s" />
      <input class="input" type="search" aria-label={label} placeholder={label} value={value} ref={inputRef ?? null} onInput={(event) => onValue(event.currentTarget.value)} />
    </div>
  );
}

interface ToggleProps extends NativeProps {
  checked: boolean;
  onChecked: (checked: boolean) => void;
  /** Words beside the control; they are its label. */
  children: ComponentChildren;
  invalid?: boolean;
}

export function Checkbox({ onChecked, children, invalid = false, ...native }: ToggleProps) {
  return (
    <label class="check">
      <input type="checkbox" {...native} aria-invalid={invalid} onChange={(event) => onChecked(event.currentTarget.checked)} />
      <span>{children}</span>
    </label>
  );
}

interface RadioProps {
  name: string;
  value: string;
  checked: boolean;
  onChosen: (value: string) => void;
  children: ComponentChildren;
}

export function Radio({ name, value, checked, onChosen, children }: RadioProps) {
  return (
    <label class="check">
      <input type="radio" name={name} value={value} checked={checked} onChange={() => onChosen(value)} />
      <span>{children}</span>
    </label>
  );
}

/** A setting that takes effect at once. */
export function Switch({ onChecked, children, invalid = false, ...native }: ToggleProps) {
  return (
    <label class="switch-row">
      <input class="switch" type="checkbox" role="switch" {...native} aria-invalid={invalid} onChange={(event) => onChecked(event.currentTarget.checked)} />
      <span class="grow">{children}</span>
    </label>
  );
}
