# SPDX-License-Identifier: GPL-2.0-or-later
"""Real servers for tests, on a host of lib/net.py, with a user of the test's own."""
import crypt
import os
import subprocess

from .copying import tool, write

USER, PASSWORD = "saver", "p4ss 'w\"ord"
UID = 54321


def own_user(net):
    """A user in this namespace only; the machine's own accounts stay as they are."""
    home = folder(net, "home")
    for name, line in [("passwd", "%s:x:%d:%d::%s:/bin/sh\n" % (USER, UID, UID, home)),
                       ("shadow", "%s:%s:19000:0:99999:7:::\n" % (USER, crypt.crypt(PASSWORD, "$5$test")))]:
        with open("/etc/" + name) as f:
            text = f.read()
        path = os.path.join(net.folder, name)
        write(path, (text + line).encode())
        tool("mount", "--bind", path, "/etc/" + name)
    write(os.path.join(net.folder, "password"), (PASSWORD + "\n").encode())


def own(path):
    os.chown(path, UID, UID)
    return path


def folder(net, name, size=None):
    """A folder of that user; size: on a file system that small."""
    path = os.path.join(net.folder, name)
    os.mkdir(path)
    if size:
        tool("mount", "-t", "tmpfs", "-o", "size=%d" % size, "far", path)
    return own(path)


class Ssh:
    """sshd, or dropbear. `options` as a command of ours wants them."""

    def __init__(self, net, host, name, *more, dropbear=False, port=22, kind="ed25519"):
        self.host, self.name, self.port, self.kind = host, name, port, kind
        self.top = os.path.join(net.folder, name)
        os.mkdir(self.top)
        own(self.top)
        self.key, self.dropbear = os.path.join(self.top, "host_key"), dropbear
        self.identity = os.path.join(net.folder, "identity" if kind == "ed25519" else "identity." + kind)
        if not os.path.exists(self.identity):
            tool("ssh-keygen", "-q", "-t", kind, "-N", "", "-f", self.identity)
        self.new_key()
        write(self.top + "/keys", open(self.identity + ".pub", "rb").read())
        if dropbear:
            keys = net.folder + "/home/.ssh"
            os.makedirs(keys, exist_ok=True)
            write(keys + "/authorized_keys", open(self.identity + ".pub", "rb").read())
            own(keys)
            own(keys + "/authorized_keys")
        os.makedirs("/run/sshd", exist_ok=True)
        write(self.top + "/config", "".join(line + "\n" for line in [
            "Port %d" % port, "HostKey " + self.key, "AuthorizedKeysFile %s/keys" % self.top, "StrictModes no", "UsePAM no",
            "PidFile none", "PasswordAuthentication yes", *more]).encode())
        self.start()

    def new_key(self):
        for path in self.key, self.key + ".pub":
            if os.path.exists(path):
                os.unlink(path)
        tool("ssh-keygen", "-q", "-t", self.kind, "-N", "", "-f", self.key)
        self.fingerprint = tool("ssh-keygen", "-lf", self.key).split()[1]
        if self.dropbear:
            tool("dropbearconvert", "openssh", "dropbear", self.key, self.key + ".db")

    def start(self):
        if self.dropbear:
            argv = ["/usr/sbin/dropbear", "-F", "-E", "-r", self.key + ".db", "-p", str(self.port)]
        else:
            argv = ["/usr/sbin/sshd", "-D", "-e", "-f", self.top + "/config"]
        self.daemon = self.host.daemon(self.name, *argv, port=self.port)

    def stop(self):
        """With all its sessions: the machine has crashed."""
        self.daemon.kill()

    def url(self, path, user=USER):
        return "ssh://%s@%s%s%s" % (user, self.host.ip, "" if self.port == 22 else ":%d" % self.port, path)

    @property
    def options(self):
        return ["--identity", self.identity, "--host-key", self.fingerprint]


def count_connections(host, port):
    out = host.run("ss", "-Htn", "state", "established", "sport", "=", ":%d" % port)
    return len(out.splitlines())


def wait_grown(path, size, process=None, seconds=60):
    """Until the file there has so many bytes."""
    import time
    from .case import Failed
    from .line import SCALE
    limit = time.monotonic() + seconds * SCALE
    while not os.path.exists(path) or os.stat(path).st_size < size:
        if process is not None and process.poll() is not None:
            raise Failed("it ended with %d\n%s" % (process.returncode, process.stderr.read()))
        if time.monotonic() > limit:
            raise Failed("%s does not grow: %s" % (path, subprocess.run(["ls", "-l", os.path.dirname(path)],
                                                                        capture_output=True, text=True).stdout))
        time.sleep(0.02)


class Nginx:
    """A web server with TLS on 443 and without on 80. Below /dav/ files may be written, moved and removed, below /put/
    only written, below /ro/ nothing; below /blind/ nothing may be read, below /wrong/ it is the file `wrong`, whatever is
    asked for; below /locked/ with a password; all of them are the folder `place`."""
    CONFIG = """
daemon off; master_process off; pid %(top)s/pid; error_log stderr; user root; worker_processes 1;
events { worker_connections 64; }
http {
    access_log off; client_max_body_size 0; client_body_temp_path %(place)s; sendfile on; types { }
    proxy_temp_path %(top)s/p; fastcgi_temp_path %(top)s/f; uwsgi_temp_path %(top)s/u; scgi_temp_path %(top)s/s;
    server {
        listen 80; listen 443 ssl; ssl_certificate %(top)s/server.pem; ssl_certificate_key %(top)s/server.key;
        location /dav/ { alias %(place)s/; dav_methods PUT DELETE MOVE; dav_access user:rw; }
        location /put/ { alias %(place)s/; dav_methods PUT; dav_access user:rw; }
        location /ro/ { alias %(place)s/; }
        location /few/ { alias %(place)s/; dav_methods PUT DELETE MOVE; client_max_body_size 1m; }
        location /blind/ { alias %(place)s/; dav_methods PUT DELETE MOVE; if ($request_method = GET) { return 403; } }
        location /wrong/ { alias %(place)s/; dav_methods PUT DELETE MOVE; if ($request_method = GET) { rewrite ^ /ro/wrong last; } }
        location /norange/ { alias %(place)s/; max_ranges 0; }
        location /locked/ { alias %(place)s/; dav_methods PUT DELETE MOVE; auth_basic "x"; auth_basic_user_file %(top)s/users; }
    }
}
"""

    def __init__(self, net, host, name, place):
        self.host, self.name = host, name
        self.top = os.path.join(net.folder, name)
        os.mkdir(self.top)
        self.ca = self.top + "/ca.pem"
        with open(self.top + "/ext", "w") as f:
            f.write("subjectAltName=IP:%s" % host.ip)
        tool("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
             self.top + "/ca.key", "-out", self.ca, "-subj", "/CN=test authority", "-days", "30")
        tool("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
             self.top + "/server.key", "-out", self.top + "/server.csr", "-subj", "/CN=server")
        tool("openssl", "x509", "-req", "-in", self.top + "/server.csr", "-CA", self.ca, "-CAkey", self.top + "/ca.key",
             "-out", self.top + "/server.pem", "-days", "30", "-extfile", self.top + "/ext", "-CAcreateserial")
        write(self.top + "/users", ("%s:%s\n" % (USER, crypt.crypt(PASSWORD, "$5$test"))).encode())
        write(self.top + "/config", (self.CONFIG % {"top": self.top, "place": place}).encode())
        self.start()

    def start(self):
        self.daemon = self.host.daemon(self.name, "/usr/sbin/nginx", "-c", self.top + "/config", port=443)

    def stop(self):
        self.daemon.kill()

    def url(self, path, scheme="https", user=""):
        return "%s://%s%s%s" % (scheme, user + "@" if user else "", self.host.ip, path)
