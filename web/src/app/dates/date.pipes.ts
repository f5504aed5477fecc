import { inject, Pipe, type PipeTransform } from '@angular/core';
import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt';
import { Store } from '@ngrx/store';
import { authFeature } from '../auth/state/auth.feature.ts';
import { LOCALE } from '../i18n/locale.ts';
import { browserZone, formatDate, formatInstant } from './calendar.ts';

/** A calendar date for people: `{{ invoice.dueDate | calendarDate }}`. */
@Pipe({ name: 'calendarDate' })
export class CalendarDatePipe implements PipeTransform {
  private readonly locale = inject(LOCALE);

  transform(date: string): string {
    return formatDate(date, this.locale);
  }
}

/**
 * An instant for people: `{{ payment.createdAt | instant }}`. Absent: empty. In the organization's time zone, by which
 * the calendar dates beside it are meant, while one is known. Impure: that may change while it is shown.
 */
@Pipe({ name: 'instant', pure: false })
export class InstantPipe implements PipeTransform {
  private readonly locale = inject(LOCALE);

  private readonly organization = inject(Store).selectSignal(authFeature.selectOrganization);

  transform(instant: Timestamp | undefined): string {
    if (!instant) return '';
    return formatInstant(timestampDate(instant), this.locale, this.organization()?.timeZone || browserZone());
  }
}
