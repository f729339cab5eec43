import { CopyField } from "./CopyField.tsx";
import { FormSection } from "./FormSection.tsx";
import { t } from "./texts.ts";

/** The one line of HTML that puts a group's widget on a site. */
export function Embed({ account, group }: { account: string; group: string }) {
  const snippet = `<script src="${location.origin}/sportello.js" data-account="${account}" data-group="${group}" async></script>`;
  return (
    <FormSection title={t("embed")}>
      <p class="muted small">{t("embedHint")}</p>
      <CopyField label={t("embed")} value={snippet} />
    </FormSection>
  );
}
