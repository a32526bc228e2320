// INT 1Ah's PCI BIOS, in a file of its own; the rows are in int1a.cpp.
#pragma once

#include "bios/call_table.h"

namespace bios::int1a {

// int1a_pci.cpp: PCI BIOS Specification 2.1.
void pci_present(Bios&, Call&);
void pci_find_device(Bios&, Call&);
void pci_find_class(Bios&, Call&);
void pci_read_byte(Bios&, Call&);
void pci_read_word(Bios&, Call&);
void pci_read_dword(Bios&, Call&);
void pci_write_byte(Bios&, Call&);
void pci_write_word(Bios&, Call&);
void pci_write_dword(Bios&, Call&);
void pci_unsupported(Bios&, Call&);
void describe_pci_register(const CallView&, Arguments&);
void describe_pci_device(const CallView&, Arguments&);
void describe_pci_found(const CallView&, Outcome&);

}  // namespace bios::int1a
