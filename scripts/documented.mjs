// Prints the commands that Markdown files name in code: `./dev …` and `skypanel …`, up to the first word that is an
// option or a value. In a cell such as `skypanel jobs list` · `show` · `retry` the later words stand for the last one.
import { readFileSync } from 'node:fs';

const found = new Set();

/** The command at the beginning of a piece of code, or null. */
function command(code) {
  const match = /^(?:\$ )?(\.\/dev|skypanel)((?: [a-z][a-z-]*(?![\w-]))+)/.exec(code);
  return match && `${match[1]}${match[2]}`;
}

for (const file of process.argv.slice(2)) {
  let fenced = false;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('```')) {
      fenced = !fenced;
      continue;
    }
    if (fenced) {
      const known = command(line.trim());
      if (known) found.add(known);
      continue;
    }
    for (const chain of line.matchAll(/`[^`]+`(?: · `[^`]+`)*/g)) {
      const [first, ...others] = chain[0].split(' · ').map((code) => code.slice(1, -1));
      const known = command(first);
      if (!known) continue;
      found.add(known);
      for (const other of others.filter((word) => /^[a-z][a-z-]*$/.test(word))) {
        found.add(known.replace(/[^ ]+$/, other));
      }
    }
  }
}
// A command may name several stages.
const stages = (words) => words.split(' ').slice(2).map((stage) => `./dev test ${stage}`);
const each = [...found].flatMap((words) => (words.startsWith('./dev test ') ? stages(words) : [words]));
for (const words of [...new Set(each)].sort()) console.log(words);
