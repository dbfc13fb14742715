import { setting } from "@tollbook/service";

export const environment = process.env;

export const settings = {
  greeting: setting.text({ env: "TOLLBOOK_GREETING", meaning: "What the echo says first." }),
};
