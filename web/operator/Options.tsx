import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Select, Switch } from "../ui/Field.tsx";
import { language } from "../ui/i18n/language.ts";
import { chooseOwnLanguage, chooseTheme, sound, theme } from "./preferences.ts";
import { t } from "./texts.ts";

/** How this operator likes the panel; every choice takes effect at once. */
export function Options({ onClose }: { onClose: () => void }) {
  const languages = [
    { value: "it", label: "Italiano" },
    { value: "en", label: "English" },
  ];
  const themes = [
    { value: "system", label: t("themeSystem") },
    { value: "light", label: t("themeLight") },
    { value: "dark", label: t("themeDark") },
  ];
  return (
    <Dialog
      title={t("options")}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          {t("done")}
        </Button>
      }
    >
      <div class="stack">
        <Select label={t("language")} options={languages} value={language.value} onValue={chooseOwnLanguage} />
        <Select label={t("theme")} options={themes} value={theme.value} onValue={chooseTheme} />
        <Switch checked={sound.value} onChecked={(checked) => (sound.value = checked)}>
          {t("soundOption")}
        </Switch>
      </div>
    </Dialog>
  );
}
