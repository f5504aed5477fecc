/*
 * The first process of the web image: writes what nginx cannot read from its environment, the services' addresses, into
 * its configuration and becomes nginx. Instead of a shell script, so that the image needs no shell.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/tmp/nginx"

static const struct {
  const char *upstream, *variable;
} services[] = {
    {"auth", "AUTH_URL"}, {"payments", "PAYMENTS_URL"}, {"accounting", "ACCOUNTING_URL"}, {"analytics", "ANALYTICS_URL"}};

static FILE *create(const char *path) {
  FILE *file = fopen(path, "w");
  if (file) return file;
  fprintf(stderr, "Cannot write %s: %s. /tmp has to be writable: a tmpfs, or an emptyDir.\n", path, strerror(errno));
  exit(1);
}

static void finish(FILE *file, const char *path) {
  if (fclose(file) == 0) return;
  fprintf(stderr, "Cannot write %s: %s. Is there space in /tmp?\n", path, strerror(errno));
  exit(1);
}

/* host[:port] of http://host[:port][/], or NULL. Its letters cannot mean anything else in the configuration. */
static char *address_in(const char *url) {
  static const char scheme[] = "http://";
  if (strncmp(url, scheme, sizeof scheme - 1) != 0) return NULL;
  char *address = strdup(url + sizeof scheme - 1);
  size_t length = strlen(address);
  if (length > 0 && address[length - 1] == '/') address[--length] = 0;
  if (length == 0) return NULL;
  for (const char *c = address; *c; c++)
    if (!isalnum((unsigned char)*c) && !strchr(".-:[]", *c)) return NULL;
  return address;
}

int main(void) {
  if (mkdir(FOLDER, 0700) != 0 && errno != EEXIST) {
    fprintf(stderr, "Cannot make %s: %s. /tmp has to be writable: a tmpfs, or an emptyDir.\n", FOLDER, strerror(errno));
    return 1;
  }

  int mistakes = 0;
  FILE *upstreams = create(FOLDER "/upstreams.conf");
  for (size_t i = 0; i < sizeof services / sizeof *services; i++) {
    const char *url = getenv(services[i].variable);
    const char *address = url ? address_in(url) : NULL;
    if (!address) {
      fprintf(stderr, "%s: %s: http://HOST:PORT of the HTTP port of %s\n", services[i].variable,
              url && *url ? "must be" : "is required", services[i].upstream);
      mistakes++;
      continue;
    }
    fprintf(upstreams, "upstream %s { server %s; }\n", services[i].upstream, address);
  }
  if (mistakes) return 1;
  finish(upstreams, FOLDER "/upstreams.conf");

  /* A kernel without IPv6 refuses the socket, and nginx would refuse to start. */
  FILE *listen = create(FOLDER "/listen.conf");
  int socket6 = socket(AF_INET6, SOCK_STREAM, 0);
  fputs("listen 8080;\n", listen);
  if (socket6 >= 0) fputs("listen [::]:8080;\n", listen);
  finish(listen, FOLDER "/listen.conf");
  if (socket6 >= 0) close(socket6);

  execl("/usr/sbin/nginx", "nginx", "-e", "stderr", "-c", "/etc/nginx/nginx.conf", "-g", "daemon off;", (char *)NULL);
  fprintf(stderr, "Cannot start nginx: %s\n", strerror(errno));
  return 1;
}
