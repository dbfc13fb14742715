import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cities } from "./cities.ts";
import { weatherOf } from "./weather.ts";

describe("weatherOf", () => {
  it("is the same each time for a city and a day, and plausible", () => {
    for (const city of cities.values()) {
      for (const offset of [-5, 0, 1, 180]) {
        const weather = weatherOf(city, offset);
        assert.deepEqual(weatherOf(city, offset), weather);
        assert.ok(weather.lowC < weather.highC && weather.lowC > -10 && weather.highC < 50);
        assert.equal(weather.sky === "rain" || weather.rainMm === 0, true);
      }
    }
  });
});
