import type { City } from "./cities.ts";

/** The weather of one day: made up, but always the same for a city and a day. */
export interface Weather {
  date: string;
  lowC: number;
  highC: number;
  rainMm: number;
  sky: "clear" | "cloudy" | "haze" | "rain";
}

const dayMs = 86_400_000;
/** Days after the start of a year at which India is warmest, about: the end of May. */
const warmestDay = 145;

/** The weather of a city on the day that is so many days from now. */
export function weatherOf(city: City, daysFromNow: number): Weather {
  const date = new Date(Date.now() + daysFromNow * dayMs);
  const day = date.toISOString().slice(0, 10);
  const dayOfYear = Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / dayMs);
  const season = (1 + Math.cos(((dayOfYear - warmestDay) / 365) * 2 * Math.PI)) / 2;
  const monsoon = dayOfYear > 160 && dayOfYear < 270;
  const chance = chanceOf(`${city.name} ${day}`);
  const meanC = city.coolestC + season * (city.warmestC - city.coolestC) + chance(0) * 4 - 2;
  const rains = chance(1) < (monsoon ? 0.6 : 0.08);
  return {
    date: day,
    lowC: Math.round(meanC - 4),
    highC: Math.round(meanC + 5),
    rainMm: rains ? Math.round(chance(2) * (monsoon ? 60 : 12)) : 0,
    sky: rains ? "rain" : chance(3) < 0.2 ? "haze" : chance(3) < 0.5 ? "cloudy" : "clear",
  };
}

/** Numbers from 0 to 1 that depend on nothing but the text (FNV-1a). */
function chanceOf(text: string): (index: number) => number {
  return (index) => {
    let hash = 0x811c9dc5;
    for (const letter of `${text} ${index}`) {
      hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
    }
    return (hash % 10_007) / 10_007;
  };
}
