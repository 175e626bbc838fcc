// Package probe measures a Linux machine from the files the kernel offers:
// CPU, memory, load, pressure, disks, file systems and network from /proc;
// temperatures, voltages, fans and the like from hwmon and thermal zones;
// DS18B20 thermometers on a 1-Wire bus when they are configured.
//
// Nothing is invented. What the machine does not have is one absent reading,
// what cannot be read is an error with its reason, what cannot be true is
// suspect, and a rate is absent until there are two samples to take it from.
// One source that fails does not hide the others. A sensor once seen stays in
// the list: when it goes away it is reported absent.
//
// IDs are made of names that survive a restart: "cpu.usage", "fs./.used",
// "net.eth0.rx", "hwmon.cpu_thermal.temp1", "w1.28-000005e2fdc3".
//
// The package starts no goroutine. [Probe.Read] reads some thirty small files
// into one buffer, and touches no network file system and no 1-Wire bus. A
// sensor on a slow bus costs what its driver takes, which the kernel bounds.
// The 1-Wire bus needs most of a second a thermometer, so [Probe.Convert] waits
// for it, in a goroutine of the caller's, and Read reports what Convert saw last.
package probe
