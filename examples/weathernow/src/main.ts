import { weatherApi } from "./app.ts";
import { port } from "./config.ts";

weatherApi().listen(port, "127.0.0.1", (error) => {
  if (error) throw error;
  console.log(`WeatherNow listens on http://127.0.0.1:${port}/v1/forecast/pune`);
});
