import { make } from '../../../lib/editor/dom';

/** A point in time: `09:15:02` if it is today, or else `23 Nov, 09:15`. The tooltip gives the full time. */
export function makeTime(iso: string): HTMLTimeElement {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return make('time', {}, iso);
  const isToday = date.toDateString() === new Date().toDateString();
  const short: Intl.DateTimeFormatOptions = isToday
    ? { hour: '2-digit', minute: '2-digit', second: '2-digit' }
    : { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
  return make(
    'time',
    { datetime: iso, title: format(date, { dateStyle: 'full', timeStyle: 'long' }) },
    format(date, { ...short, hourCycle: isToday ? 'h23' : undefined }),
  );
}

/** `184 ms`, `2.4 s`, `3 min 5 s`, `2 h 10 min` */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function format(date: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(RED.i18n.lang(), options).format(date);
}
