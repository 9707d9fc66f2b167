// How many lines of an NDJSON file are not valid under a schema, by ajv: node validate_ajv.mjs FOLDER SCHEMA FILE
// FOLDER is where `npm install ajv ajv-formats` was run.
import { createReadStream, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const [folder, schema, file] = process.argv.slice(2);
const require = createRequire(resolve(folder, "package.json"));
const Ajv = require("ajv/dist/2020").default;
const ajv = new Ajv({ allErrors: true, strict: false });
require("ajv-formats").default(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(schema, "utf-8")));
let invalid = 0;
for await (const line of createInterface({ input: createReadStream(file) })) {
  if (!validate(JSON.parse(line))) invalid += 1;
}
console.log(invalid);
