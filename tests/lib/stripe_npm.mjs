// One call of Stripe's client for JavaScript, as a line of JSON says: {"at": ["checkout", "sessions", "create"], "args": [...]}, answered by a line.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const [folder, secret, url, version] = process.argv.slice(2);
const Stripe = createRequire(folder + "/")("stripe");
const { hostname, port } = new URL(url);
const stripe = new Stripe(secret, { apiVersion: version, host: hostname, port, protocol: "http", maxNetworkRetries: 0, telemetry: false });

for await (const line of createInterface({ input: process.stdin })) {
    const { at, args } = JSON.parse(line);
    let answer;
    try {
        const name = at.pop();
        const owner = at.reduce((of, part) => of[part], stripe);
        answer = { said: await owner[name](...args) };
    } catch (error) {
        answer = { error: String(error.message) };
    }
    process.stdout.write(JSON.stringify(answer) + "\n");
}
