# SPDX-License-Identifier: GPL-2.0-or-later
"""Real NFS and SMB servers in the network of a test (lib.net). Their folders are the host's own: what arrives there is
looked at without any client."""
import os
import subprocess

EXPORT = """EXPORT {{ Export_Id = {id}; Path = {path}; Pseudo = {path}; Access_Type = {access}; Squash = {squash};
  SecType = sys; Protocols = {protocols}; Transports = TCP; FSAL {{ Name = VFS; }} }}
"""
GANESHA = """NFS_CORE_PARAM {{ Protocols = 3,4; MNT_Port = 20048; Enable_NLM = false; Enable_RQUOTA = false;
  Plugins_Dir = "/usr/lib/x86_64-linux-gnu/ganesha"; }}
NFSV4 {{ Lease_Lifetime = 10; Minor_Versions = {minor}; RecoveryBackend = fs; Graceless = true; }}
"""
SAMBA = """[global]
 workgroup = DOMAIN
 security = user
 server min protocol = {oldest}
 server max protocol = {newest}
 passdb backend = tdbsam:{folder}/users.tdb
 private dir = {folder}
 lock directory = {folder}
 state directory = {folder}
 cache directory = {folder}
 pid directory = {folder}
 ncalrpc dir = {folder}/rpc
 load printers = no
 disable spoolss = yes
 map to guest = never
 log level = 1
"""
SHARE = "[{name}]\n path = {path}\n read only = {read_only}\n"


class Nfs:
    """nfs-ganesha, with the port mapper that clients of version 3 ask. exports: path, and what differs from read and
    write for everybody: access, squash, protocols."""

    def __init__(self, net, exports, minor="0,1,2"):
        self.net = net
        self.conf = os.path.join(net.folder, "ganesha.conf")
        with open(self.conf, "w") as f:
            f.write(GANESHA.format(minor=minor))
            for number, (path, how) in enumerate(exports, 1):
                f.write(EXPORT.format(id=number, path=path, **dict(
                    {"access": "RW", "squash": "No_Root_Squash", "protocols": "3,4"}, **how)))
        for folder in "/run", "/var/lib/nfs":  # its places, private to the test
            subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
        os.makedirs("/run/ganesha")
        self.rpcbind = net.daemon("rpcbind", "rpcbind", "-f", "-w", port=111)
        self.start()

    def start(self):
        self.daemon = self.net.daemon("ganesha", "ganesha.nfsd", "-F", "-f", self.conf, "-L", "STDOUT", "-N", "EVENT",
                                      "-p", "/run/ganesha.pid", until="NFS SERVER INITIALIZED", seconds=60)

    def stop(self):
        self.daemon.kill()


class Smb:
    """Samba. shares: name, path, whether it is read-only. The user is root."""

    def __init__(self, net, password, shares, oldest="NT1", newest="SMB3"):
        self.net = net
        folder = os.path.join(net.folder, "samba")
        os.makedirs(folder + "/rpc", exist_ok=True)
        self.conf = os.path.join(folder, "smb.conf")
        with open(self.conf, "w") as f:
            f.write(SAMBA.format(folder=folder, oldest=oldest, newest=newest))
            for name, path, read_only in shares:
                f.write(SHARE.format(name=name, path=path, read_only="yes" if read_only else "no"))
        net.run("smbpasswd", "-c", self.conf, "-a", "-s", "root", input=password + "\n" + password + "\n")
        self.start()

    def start(self):
        self.daemon = self.net.daemon("smbd", "smbd", "-F", "--no-process-group", "--debug-stdout", "-s", self.conf,
                                      port=445, seconds=60)

    def stop(self):
        self.daemon.kill()
