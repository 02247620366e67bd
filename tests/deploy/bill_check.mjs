// Whether what is on standard input is a CycloneDX 1.5 bill, strictly: prints what
// is wrong with it and exits with 1, or nothing and 0.
import {readFileSync} from "node:fs";
import {Spec, Validation} from "@cyclonedx/cyclonedx-library";

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot5);
const problems = await validator.validate(readFileSync(0, "utf8"));
if (problems !== null) {
  console.log(JSON.stringify(problems));
  process.exit(1);
}
