// Reads bodies of OTLP's ExportTraceServiceRequest in JSON, one a line, as
// OpenTelemetry's own classes do, and prints their spans, one a line. Fails on a
// field that these do not know, or that they would read as something else.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import readline from "node:readline";

const require = createRequire(import.meta.url);
const root = require(
  "@opentelemetry/otlp-transformer/build/src/generated/root.js");
const Request = root.opentelemetry.proto.collector.trace.v1
  .ExportTraceServiceRequest;

// The one rule by which OTLP differs from protobuf's JSON: ids are hexadecimal.
function hexToBase64(value) {
  return Buffer.from(value, "hex").toString("base64");
}

function withBase64Ids(request) {
  const copy = structuredClone(request);
  for (const { scopeSpans } of copy.resourceSpans) {
    for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
      for (const id of ["traceId", "spanId", "parentSpanId"]) {
        if (id in span) span[id] = hexToBase64(span[id]);
      }
    }
  }
  return copy;
}

function checkedRequest(line) {
  const sent = withBase64Ids(JSON.parse(line));
  const message = Request.fromObject(sent);
  assert.equal(Request.verify(message), null);
  const read = Request.toObject(Request.decode(Request.encode(message).finish()), {
    bytes: String, longs: String, enums: Number, arrays: false,
  });
  assert.deepEqual(read, withoutEmptyLists(sent));
  return message;
}

// On the wire there is no difference between an empty list and none.
function withoutEmptyLists(value) {
  if (Array.isArray(value)) return value.map(withoutEmptyLists);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value)
    .filter(([, field]) => !(Array.isArray(field) && field.length === 0))
    .map(([key, field]) => [key, withoutEmptyLists(field)]));
}

function valueOf({ value }) {
  return value.stringValue ?? Number(value.intValue);
}

function toMap(attributes) {
  return Object.fromEntries(attributes.map((a) => [a.key, valueOf(a)]));
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  for (const { resource, scopeSpans } of checkedRequest(line).resourceSpans) {
    const service = toMap(resource.attributes)["service.name"];
    for (const span of scopeSpans.flatMap((scope) => scope.spans)) {
      console.log(JSON.stringify({
        service,
        name: span.name,
        kind: span.kind,
        traceId: Buffer.from(span.traceId).toString("hex"),
        spanId: Buffer.from(span.spanId).toString("hex"),
        parentSpanId: Buffer.from(span.parentSpanId ?? []).toString("hex"),
        begin: String(span.startTimeUnixNano),
        end: String(span.endTimeUnixNano),
        attributes: toMap(span.attributes),
        status: span.status?.code ?? 0,
      }));
    }
  }
}
