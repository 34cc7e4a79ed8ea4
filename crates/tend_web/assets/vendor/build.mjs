// Makes the vendored files from node_modules. Run by refresh.sh, never by the product's build.
import { readFileSync, writeFileSync, copyFileSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const [here, work, views] = process.argv.slice(2);
const from = (path) => join(work, "node_modules", path);
const versions = JSON.parse(readFileSync(join(here, "package.json"), "utf8")).devDependencies;

// htmx as it comes.
copyFileSync(from("htmx.org/dist/htmx.min.js"), join(here, "htmx.js"));
copyFileSync(from("htmx.org/LICENSE"), join(here, "LICENSE-htmx.txt"));

// The editor, bundled once.
const bundle = await build({
  entryPoints: [join(work, "editor.entry.js")], absWorkingDir: work, bundle: true, minify: true, format: "esm",
  target: "es2022", charset: "utf8", legalComments: "none", metafile: true, write: false,
  banner: { js: `/* tiptap ${versions["@tiptap/core"]} and what it stands on. Licences: LICENSE-editor.txt. Made by refresh.sh. */` },
});
writeFileSync(join(here, "editor.js"), bundle.outputFiles[0].text);

// The licence of each package that went into it.
const packages = new Set(Object.keys(bundle.metafile.inputs)
  .map((path) => path.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]).filter(Boolean));
const licences = [...packages].sort().map((name) => {
  const { version, license } = JSON.parse(readFileSync(from(`${name}/package.json`), "utf8"));
  const file = readdirSync(from(name)).find((it) => /^licen[cs]e/i.test(it));
  const text = file ? readFileSync(from(`${name}/${file}`), "utf8").trim() : `${license}. The package carries no text of it.`;
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync(join(here, "LICENSE-editor.txt"), licences.join(`\n${"-".repeat(72)}\n\n`));

// Emoji: name and sign, one short list.
const { gemoji } = await import(from("gemoji/index.js"));
const emoji = gemoji.flatMap((it) => it.names.map((name) => `${name} ${it.emoji}`));
writeFileSync(join(here, "emoji.js"),
  `/* gemoji ${versions.gemoji}, MIT: LICENSE-emoji.txt. Made by refresh.sh. */\nexport default ${JSON.stringify(emoji.join("\n"))};\n`);
const gemojiLicence = ["license", "LICENSE"].map((it) => from(`gemoji/${it}`)).find(existsSync);
copyFileSync(gemojiLicence, join(here, "LICENSE-emoji.txt"));

// Icons: the chosen ones, as a Rust enum, so that a missing one does not compile.
const names = readFileSync(join(here, "icons.txt"), "utf8").trim().split("\n").sort();
const camel = (name) => name.split("-").map((it) => it[0].toUpperCase() + it.slice(1)).join("");
const shapes = (name) => readFileSync(from(`lucide-static/icons/${name}.svg`), "utf8")
  .replace(/^[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "").split("\n").map((it) => it.trim()).join("").replaceAll(" />", "/>");
const rust = `// Made by crates/tend_web/assets/vendor/refresh.sh from icons.txt there. Do not edit.
// Lucide ${versions["lucide-static"]}, ISC: crates/tend_web/assets/icons/LICENSE-lucide.txt.

/// The icons that Tend uses, by their name at Lucide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
${names.map((it) => `    ${camel(it)},`).join("\n")}
}

impl Icon {
    /// Every icon, in the order of their names.
    pub const ALL: &[Icon] = &[
${names.map((it) => `        Icon::${camel(it)},`).join("\n")}
    ];

    /// The shapes inside a 24 by 24 box.
    pub(super) const fn shapes(self) -> &'static str {
        SHAPES[self as usize]
    }
}

const SHAPES: &[&str] = &[
${names.map((it) => `    r#"${shapes(it)}"#,`).join("\n")}
];
`;
writeFileSync(views, rust);
