/** Builds the apps, the loader and the demo shop into dist/, or the one that is named on the command line. */
import { cp, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { build } from "vite";

const here = import.meta.dirname;
const dist = join(here, "dist");
const apps = ["widget", "operator", "admin"];

/** An app: its page and its hashed assets, served below /static/NAME/. @param {string} name */
async function buildApp(name) {
  const outDir = join(dist, name);
  await build({ configFile: join(here, "vite.config.mjs"), root: join(here, name), base: `/static/${name}/`, logLevel: "warn", build: { outDir, emptyOutDir: true } });
}

/** The loader: a single classic script without imports, for any page. */
async function buildLoader() {
  const lib = { entry: join(here, "loader/loader.ts"), formats: /** @type {["iife"]} */ (["iife"]), name: "SportelloLoader", fileName: () => "loader.js" };
  await build({ configFile: false, logLevel: "warn", build: { target: "es2022", outDir: dist, emptyOutDir: false, lib, reportCompressedSize: false } });
}

/** The demo shop is plain files. */
async function copyShop() {
  await rm(join(dist, "shop"), { recursive: true, force: true });
  await cp(join(here, "shop"), join(dist, "shop"), { recursive: true });
}

const [only] = process.argv.slice(2);
for (const name of apps) {
  if ((!only || only === name) && existsSync(join(here, name, "index.html"))) await buildApp(name);
}
if (!only || only === "loader") await buildLoader();
if (!only || only === "shop") await copyShop();
