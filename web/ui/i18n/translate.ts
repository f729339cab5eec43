import { language, type Language } from "./language.ts";

/** The names in braces inside a text: `ParamsOf<"{n} of {all}">` is `"n" | "all"`. */
type ParamsOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | ParamsOf<Rest> : never;

/** A text without parameters takes none; one with parameters takes exactly those. */
type Arguments<Text extends string> = [ParamsOf<Text>] extends [never]
  ? []
  : [params: Readonly<Record<ParamsOf<Text>, string | number>>];

/** The same keys in every language. */
export type Translation<Reference> = { readonly [Key in keyof Reference]: string };

/** Keys that come in pairs `NAME_one` and `NAME_other`, by their NAME. */
type PluralKey<Key> = Key extends `${infer Name}_other` ? Name : never;

/** Looks a text up in the current language. */
export interface Translate<Reference extends Readonly<Record<string, string>>> {
  <Key extends keyof Reference & string>(key: Key, ...params: Arguments<Reference[Key]>): string;
  /** The form for `count` (`NAME_one`, `NAME_other`), in which `{count}` is the number. */
  plural(name: PluralKey<keyof Reference>, count: number): string;
}

/**
 * Binds an app's dictionaries. Italian is the reference: its keys and parameters are the types,
 * so a missing key or parameter does not compile.
 */
export function translator<const Reference extends Readonly<Record<string, string>>>(
  dictionaries: { readonly it: Reference } & Readonly<Record<Language, Translation<Reference>>>,
): Translate<Reference> {
  const lookUp = (key: keyof Reference & string, params?: Readonly<Record<string, string | number>>) =>
    fill(dictionaries[language.value][key], params);
  const plural = (name: PluralKey<keyof Reference>, count: number) => {
    const form = new Intl.PluralRules(language.value).select(count) === "one" ? "one" : "other";
    return lookUp(`${name}_${form}` as keyof Reference & string, { count: formatNumber(count) });
  };
  return Object.assign(lookUp, { plural });
}

function fill(text: string, params: Readonly<Record<string, string | number>> = {}): string {
  return text.replace(/\{(\w+)\}/g, (braces, name: string) => String(params[name] ?? braces));
}

function formatNumber(value: number): string {
  return new Intl.NumberFormat(language.value).format(value);
}
