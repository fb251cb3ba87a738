// What the machine did besides: one that shares its processors with others is slower while these work.
import { readFileSync } from 'node:fs';

/** Begins to watch; the function returned says how many percent of the time between went to other machines, or nothing where nobody can know. */
export function watchMachine() {
  const before = ticks();
  return () => {
    const after = ticks();
    if (!before || !after || after.all === before.all) return undefined;
    return (100 * (after.stolen - before.stolen)) / (after.all - before.all);
  };
}

/** Prints a line of JSON about it, as for any figure. */
export function tellMachine(where, taken) {
  if (taken !== undefined) console.log(JSON.stringify({ measure: `processor time that went to other machines (${where})`, value: taken, unit: '%', note: 'compare runs where it is small' }));
}

/** The times of all processors together since the start, of which those that other machines took are one. */
function ticks() {
  try {
    const times = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0].trim().split(/\s+/).slice(1, 9).map(Number);
    return { stolen: times[7], all: times.reduce((sum, time) => sum + time, 0) };
  } catch {
    return undefined;
  }
}
