/** What the service connects as; it owns nothing. */
export const serviceRole = 'analytics_service';
