// One day, pointed at in the trend or in the calendar, and shown in both.

/** @param {number} days of the data */
export function createDayPointer(days) {
  /** @type {((day: number | null) => void)[]} */
  const followers = [];
  return {
    /** @param {(day: number | null) => void} follower */
    follow: (follower) => void followers.push(follower),
    /** @param {number | null} day from the first @returns {number | null} null: outside the data */
    pointAt(day) {
      const inside = day !== null && day >= 0 && day < days ? day : null;
      for (const follower of followers) follower(inside);
      return inside;
    },
  };
}
