/** The role the service connects as. It owns nothing; each migration grants it what the code needs and no more. */
export const serviceRole = 'auth_service';
