export { assembleGateway, type GatewayParts } from "./assemble.ts";
export { type GatewayConfig, gatewaySettings } from "./config.ts";
