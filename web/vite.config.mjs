import { defineConfig } from "vitest/config";

/**
 * Repeats the dark values of tokens.css for systems that prefer dark, so that they have one source.
 *
 * @returns {import("postcss").Plugin}
 */
function followSystemTheme() {
  return {
    postcssPlugin: "follow-system-theme",
    OnceExit(root) {
      root.each((node) => {
        if (node.type !== "rule" || node.selector !== '[data-theme="dark"]') return;
        const repeated = node.clone({ selector: ':root:not([data-theme="light"])' });
        node.after({ name: "media", params: "(prefers-color-scheme: dark)", nodes: [repeated] });
      });
    },
  };
}

/** What the apps, the style guide and the tests share. */
export default defineConfig({
  root: import.meta.dirname,
  css: { postcss: { plugins: [followSystemTheme()] } },
  build: { target: "es2022", assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: false },
  test: { environment: "node", include: ["**/*.test.ts"] },
});
