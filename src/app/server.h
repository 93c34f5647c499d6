/* server.h - the running program: gateway, engine and HTTP around one core. `bihuan serve` is this and a signal handler. */
#pragma once

#include "app/config.h"
#include "app/core.h"
#include "base/err.h"

struct server;

/* Opens the data folder, loads it, and starts listening for devices and browsers. config is borrowed. */
int server_start(const struct config *config, struct server **ret, struct err *e);
int server_device_tls_port(const struct server *s); /* 0: none */
int server_device_port(const struct server *s);
int server_http_port(const struct server *s);
/* Ends in order: engine, HTTP, devices, stores. Takes NULL, returns NULL. */
struct server *server_stop(struct server *s);
