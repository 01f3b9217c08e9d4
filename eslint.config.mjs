import js from "@eslint/js";
import tseslint from "typescript-eslint";
import { LAYERS, PLAIN } from "./scripts/layers.mjs";

const noBarrels = {
  regex: "^@(cdktf|cdktn)/provider-[a-z0-9-]+$",
  message: "Import the resource's own file (@cdktf/provider-aws/lib/instance): the barrel costs seconds and 600 MB.",
};
const noCdktf = {
  regex: "^(cdktf|cdktn|constructs)(/.*)?$",
  message: "This layer is plain functions on plain data; it knows nothing of cdktf.",
};
const oneImport = {
  regex: "^(cdktf|cdktn)(/.*)?$",
  message: "Import from lib/cdktf.ts, so that an alias of one module is enough to move to a successor of cdktf.",
};
const oneZod = {
  regex: "^zod(/.*)?$",
  message:
    "Import z from lib/core/zod.ts: the package carries its parts of zod in one file, which loads five times as fast.",
};
const noProviders = {
  regex: "^@(cdktf|cdktn)/provider-",
  message: "Only lib/sites may import provider bindings.",
};
const restrict = (...patterns) => ({ "no-restricted-imports": ["error", { patterns }] });

const ALL = ["cdktf", ...Object.keys(LAYERS)];
const layer = ([folder, allowed]) => {
  const refused = ALL.filter((name) => name !== folder && !allowed.includes(name));
  const order = {
    regex: `^(\\.\\./)+(${refused.join("|")})(/|$)`,
    message: `lib/${folder} may import ${allowed.join(", ")} and itself (see LAYERS in scripts/layers.mjs).`,
  };
  const rest = folder in PLAIN ? [noCdktf, noProviders] : folder === "sites" ? [oneImport] : [oneImport, noProviders];
  return {
    files: [`lib/${folder}/**/*.{ts,tsx}`],
    ignores: ["lib/core/zod-parts.ts"],
    rules: restrict(noBarrels, order, oneZod, ...rest),
  };
};

export default tseslint.config(
  { ignores: ["dist/", "coverage/", "**/cdktf.out/", ".beehive/"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: {
        require: "readonly",
        module: "writable",
        process: "readonly",
        console: "readonly",
        __dirname: "readonly",
      },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["lib/render/html/picker.js"],
    languageOptions: {
      globals: { document: "readonly", history: "readonly", location: "readonly", addEventListener: "readonly" },
    },
  },
  {
    files: ["lib/**/*.{ts,tsx}"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "CallExpression[callee.property.name='addDependency']",
          message: "node.addDependency does nothing in cdktf; use dependsOn.",
        },
      ],
      ...restrict(noBarrels, oneImport, noProviders),
    },
  },
  { files: ["lib/cdktf.ts"], rules: restrict(noBarrels) },
  ...Object.entries(LAYERS).map(layer),
);
