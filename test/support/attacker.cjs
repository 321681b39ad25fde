/**
 * A client that misbehaves, for the tests and the benchmark: `node attacker.cjs KIND SOCKET`. It goes on until it is killed, and
 * prints "ready" once it has begun.
 */
const { createConnection } = require("node:net")

const [, , kind, path] = process.argv

const ready = () => process.stdout.write("ready\n")

/** Writes `text` again and again, as fast as it is taken, and reads whatever comes back. */
const flood = text => {
  const socket = createConnection(path, () => {
    ready()
    const more = () => {
      while (socket.write(text));
    }
    socket.on("drain", more)
    more()
  })
  socket.on("data", () => {})
  socket.on("error", () => {})
  socket.on("close", () => setTimeout(flood, 10, text))
}

/** Connects and leaves at once, a thousand times a second. */
const leave = () => {
  setInterval(() => {
    for (let each = 0; each < 10; each += 1) {
      const socket = createConnection(path, () => socket.destroy())
      socket.on("error", () => {})
    }
  }, 10)
}

/** Connects, leaves and connects again, as fast as it can. */
const loop = () => {
  const socket = createConnection(path, () => socket.destroy())
  socket.on("error", () => {})
  socket.on("close", loop)
}

/** A question about health, on a connection of its own. */
const ask = () => {
  const socket = createConnection(path, () => socket.write('{"type":"get_socket_health"}\n'))
  socket.on("data", () => socket.destroy())
  socket.on("error", () => {})
}

/** A thousand clients, each of which asks once a second. */
const askByThousand = () => {
  for (let each = 0; each < 1000; each += 1) setTimeout(() => setInterval(ask, 1000), each)
}

const watch = `${JSON.stringify({ jsonrpc: "2.0", method: "watch_socket_health", id: 1 })}\n`
const batch = JSON.stringify(Array.from({ length: 1000 }, () => ({ jsonrpc: "2.0", method: "list_sockets", id: 1 })))

const kinds = {
  "connects and leaves": () => {
    leave()
    ready()
  },
  "connects in a tight loop": () => {
    loop()
    ready()
  },
  "asks as a thousand clients": () => {
    askByThousand()
    setTimeout(ready, 1000)
  },
  "sends empty lines": () => flood("\n".repeat(65_536)),
  "sends zeros": () => flood("0\n".repeat(1_000)),
  "pipelines pings": () => flood(`${JSON.stringify({ jsonrpc: "2.0", method: "ping", id: 1 })}\n`.repeat(500)),
  "pipelines questions": () => flood('{"type":"get_socket_health"}\n'.repeat(500)),
  "sends {} twice a second": () => {
    const socket = createConnection(path, () => {
      ready()
      const send = () => socket.write("{}\n".repeat(21_845))
      send()
      setInterval(send, 500)
    })
    socket.on("data", () => {})
    socket.on("error", () => {})
  },
  "watches 256 times": () => {
    let open = 0
    for (let each = 0; each < 256; each += 1) {
      const socket = createConnection(path, () => socket.write(watch))
      socket.once("data", () => {
        open += 1
        if (open === 192) ready()
      })
      socket.on("data", () => {})
      socket.on("error", () => {})
    }
  },
  "sends batches of a thousand": () => flood(`${batch}\n`),
}

kinds[kind]()
