// A real authorisation server and a resource that takes its tokens, on free ports of loopback:
// node oauth_server.mjs FOLDER-OF-MODULES [careless]. Prints both addresses when they listen.
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const load = (...parts) => import(pathToFileURL(join(process.argv[2], ...parts)).href);
const careless = process.argv[3] === "careless";
const { default: Provider } = await load("oidc-provider", "lib", "index.js");
const { createRemoteJWKSet, jwtVerify } = await load("jose", "dist", "webapi", "index.js");
const PERMITS = { items: [{ id: "urn:permit:water-1", name: "A well at Mill Lane" }] };

const listen = (server) => new Promise((done) => server.listen(0, "127.0.0.1", () => done(`http://127.0.0.1:${server.address().port}`)));
const login = createServer();
const office = createServer();
const issuer = await listen(login);
const resource = await listen(office);

const client = (id, scope) => ({
  client_id: id,
  client_secret: `invented-secret-of-${id}`,
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
  scope,
});
const provider = new Provider(issuer, {
  clients: [client("clerk", "read write"), client("reader", "read")],
  scopes: ["read", "write"],
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_, indicator) => ({
        scope: "read write",
        audience: indicator,
        accessTokenFormat: "jwt",
        accessTokenTTL: careless ? 86400 : 600,
        jwt: { sign: { alg: "RS256" } },
      }),
    },
  },
  cookies: { keys: ["invented"] },
});
login.on("request", provider.callback());

const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));
const strict = { issuer, audience: resource, typ: "at+jwt", algorithms: ["RS256"] };
const answer = (response, status, body, fields = {}) => {
  response.writeHead(status, { "content-type": "application/json", ...fields });
  response.end(JSON.stringify(body));
};
office.on("request", async (request, response) => {
  const path = new URL(request.url, resource).pathname;
  if (path === "/") return answer(response, 200, { title: "Office" });
  const [, token] = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (!token) return answer(response, 401, {}, { "www-authenticate": 'Bearer realm="office"' });
  try {
    await jwtVerify(token, keys, careless ? { issuer } : strict);
  } catch {
    return answer(response, 401, {}, { "www-authenticate": 'Bearer error="invalid_token"' });
  }
  return path === "/permits" ? answer(response, 200, PERMITS) : answer(response, 404, {});
});
console.log(`${issuer} ${resource}`);
