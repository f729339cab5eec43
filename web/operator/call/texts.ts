import { translator } from "../../ui/i18n/translate.ts";
import { en } from "./en.ts";
import { it } from "./it.ts";

/** The words of calls, apart from the panel's other ones for their number. */
export const t = translator({ it, en });
