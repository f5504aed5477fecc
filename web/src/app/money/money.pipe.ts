import { inject, Pipe, type PipeTransform } from '@angular/core';
import { LOCALE } from '../i18n/locale.ts';
import { formatMoney, formatWholeMoney, type MoneyValue } from './format.ts';

/** An amount for people: `{{ invoice.amount | money }}`, or `money: 'whole'` without decimals. Absent: empty. */
@Pipe({ name: 'money' })
export class MoneyPipe implements PipeTransform {
  private readonly locale = inject(LOCALE);

  transform(money: MoneyValue | null | undefined, precision: 'exact' | 'whole' = 'exact'): string {
    if (!money) return '';
    return precision === 'whole' ? formatWholeMoney(money, this.locale) : formatMoney(money, this.locale);
  }
}
