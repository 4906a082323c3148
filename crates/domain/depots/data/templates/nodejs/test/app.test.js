import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { createApp } from "../src/app.js";

const app = createApp();
let base;

before(async () => {
  await new Promise((resolve) => app.listen(0, resolve));
  base = `http://localhost:${app.address().port}`;
});

after(() => app.close());

test("greets", async () => {
  const response = await fetch(`${base}/`);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { message: "Hello, world!" });
});

test("knows what it does not have", async () => {
  const response = await fetch(`${base}/nothing`);
  assert.equal(response.status, 404);
});
