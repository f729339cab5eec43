import { translator } from "../ui/i18n/translate.ts";
import { en } from "./en.ts";
import { it } from "./it.ts";

/** The administration's own words. */
export const t = translator({ it, en });
