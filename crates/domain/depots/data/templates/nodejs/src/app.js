import { createServer } from "node:http";

const routes = new Map([
  ["/", () => ({ message: "Hello, world!" })],
  ["/health", () => ({ status: "ok" })],
]);

export function createApp() {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const route = request.method === "GET" ? routes.get(pathname) : undefined;
    const body = route ? route() : { error: "not found" };
    response.writeHead(route ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
}
