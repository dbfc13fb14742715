import { tollbook } from "@tollbook/sdk/express";
import express, { type Express, type Request, type Response } from "express";
import { type City, cities } from "./cities.ts";
import { weatherOf } from "./weather.ts";

/** WeatherNow's API: three routes, and Tollbook in front of them. */
export function weatherApi(): Express {
  const app = express();
  app.use(tollbook()); // settings from TOLLBOOK_URL, TOLLBOOK_KEY

  app.get("/v1/forecast/:city", (request, response) => {
    answer(request, response, (city) => ({ days: days(city, [1, 2, 3, 4, 5]) }));
  });
  app.get("/v1/current/:city", (request, response) => {
    answer(request, response, (city) => ({ today: weatherOf(city, 0) }));
  });
  app.get("/v1/history/:city", (request, response) => {
    answer(request, response, (city) => ({ days: days(city, [-5, -4, -3, -2, -1]) }));
  });
  return app;
}

function answer(
  request: Request<{ city: string }>,
  response: Response,
  tell: (city: City) => object,
): void {
  const city = cities.get(request.params.city.toLowerCase());
  if (city === undefined) response.status(404).json({ error: "WeatherNow knows no such city." });
  else response.json({ city: city.name, state: city.state, ...tell(city) });
}

function days(city: City, offsets: readonly number[]) {
  return offsets.map((offset) => weatherOf(city, offset));
}
