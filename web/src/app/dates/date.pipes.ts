import { inject, Pipe, type PipeTransform } from '@angular/core';
import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import { LOCALE } from '../i18n/locale.ts';
import { formatDate, formatInstant } from './calendar.ts';

/** A calendar date for people: `{{ invoice.dueDate | calendarDate }}`. */
@Pipe({ name: 'calendarDate' })
export class CalendarDatePipe implements PipeTransform {
  private readonly locale = inject(LOCALE);

  transform(date: string): string {
    return formatDate(date, this.locale);
  }
}

/** An instant for people, in their own time zone: `{{ payment.createdAt | instant }}`. Absent: empty. */
@Pipe({ name: 'instant' })
export class InstantPipe implements PipeTransform {
  private readonly locale = inject(LOCALE);

  transform(instant: Timestamp | undefined): string {
    return instant ? formatInstant(timestampDate(instant), this.locale) : '';
  }
}
