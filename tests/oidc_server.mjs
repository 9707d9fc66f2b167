// A real OpenID Provider on a free port of loopback: node oidc_server.mjs PATH-OF-oidc-provider [careless]
// Prints its issuer identifier when it listens.
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const careless = process.argv[3] === "careless";
const { default: Provider } = await import(pathToFileURL(process.argv[2]).href);
const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "city-app",
        token_endpoint_auth_method: "none",
        redirect_uris: [`${issuer}/signed-in`],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    features: {
      registration: { enabled: true, initialAccessToken: careless ? false : "invented-for-this-test" },
    },
    ...(careless && { responseTypes: ["code", "code token"], pkce: { required: () => false } }),
    cookies: { keys: ["invented"] },
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
