import { TestBed } from '@angular/core/testing';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { formatDate } from '../dates/calendar.ts';
import { currencyChoices } from '../money/currency.ts';
import { LOCALE } from './locale.ts';

describe('the person’s locale', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([
    [['de-AT', 'en'], 'de-AT'],
    [['en-US@posix'], 'en'],
    [['en-US@posix', 'pt-BR'], 'pt-BR'],
    [['C', 'tlh', 'fr'], 'fr'],
    [[''], 'en'],
    [[], 'en'],
  ])('of a browser that prefers %p is %p, and Intl takes it', (languages, locale) => {
    jest.spyOn(navigator, 'languages', 'get').mockReturnValue(languages);
    const chosen = TestBed.inject(LOCALE);
    expect(chosen).toBe(locale);
    expect(formatDate('2026-03-01', chosen)).toContain('2026');
    expect(currencyChoices(chosen).length).toBeGreaterThan(100);
  });
});
