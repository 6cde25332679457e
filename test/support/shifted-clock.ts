const dayMs = 24 * 60 * 60 * 1000;

/**
 * Variables with which Holdfast believes that it is another day. Only its own clock is shifted: restic, which is told
 * the time of a snapshot, and everything else keep the machine's.
 */
export function daysFromNow(days: number): Readonly<Record<string, string>> {
  const shift = `
    const RealDate = Date;
    globalThis.Date = class extends RealDate {
      constructor(...given) {
        if (given.length === 0) super(RealDate.now() + ${days * dayMs});
        else super(...given);
      }
      static now() {
        return RealDate.now() + ${days * dayMs};
      }
    };`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}` };
}
