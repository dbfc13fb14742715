/** The port WeatherNow listens on. */
export const port = Number(process.env.WEATHERNOW_PORT ?? "3000");
