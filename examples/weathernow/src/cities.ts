/** A city, with the mean temperatures (°C) of its coolest and warmest month. */
export interface City {
  name: string;
  state: string;
  coolestC: number;
  warmestC: number;
}

/** The cities WeatherNow knows, by their name in the URL. */
export const cities: ReadonlyMap<string, City> = new Map([
  ["ahmedabad", { name: "Ahmedabad", state: "Gujarat", coolestC: 20, warmestC: 34 }],
  ["bengaluru", { name: "Bengaluru", state: "Karnataka", coolestC: 21, warmestC: 27 }],
  ["bhopal", { name: "Bhopal", state: "Madhya Pradesh", coolestC: 17, warmestC: 33 }],
  ["chennai", { name: "Chennai", state: "Tamil Nadu", coolestC: 25, warmestC: 33 }],
  ["delhi", { name: "Delhi", state: "Delhi", coolestC: 14, warmestC: 34 }],
  ["guwahati", { name: "Guwahati", state: "Assam", coolestC: 17, warmestC: 29 }],
  ["hyderabad", { name: "Hyderabad", state: "Telangana", coolestC: 22, warmestC: 33 }],
  ["jaipur", { name: "Jaipur", state: "Rajasthan", coolestC: 16, warmestC: 34 }],
  ["kochi", { name: "Kochi", state: "Kerala", coolestC: 26, warmestC: 29 }],
  ["kolkata", { name: "Kolkata", state: "West Bengal", coolestC: 19, warmestC: 31 }],
  ["mumbai", { name: "Mumbai", state: "Maharashtra", coolestC: 24, warmestC: 30 }],
  ["pune", { name: "Pune", state: "Maharashtra", coolestC: 21, warmestC: 30 }],
  ["shillong", { name: "Shillong", state: "Meghalaya", coolestC: 10, warmestC: 21 }],
  ["shimla", { name: "Shimla", state: "Himachal Pradesh", coolestC: 5, warmestC: 20 }],
  [
    "thiruvananthapuram",
    { name: "Thiruvananthapuram", state: "Kerala", coolestC: 26, warmestC: 29 },
  ],
]);
