#include "common/auth/jwk_set.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/auth/json_text.h"
#include "common/base/status.h"

namespace pulsetaker::auth {
namespace {

using nlohmann::json;

absl::Status SetError(absl::string_view field, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, "KEY_SET_INVALID",
                   absl::StrCat(field, " ", problem),
                   {{"field", std::string(field)}});
}

// One key of the document.
class Jwk {
 public:
  // `place` is for errors, as "keys[2]".
  Jwk(const json& members, std::string place)
      : members_(members), place_(std::move(place)) {}

  absl::StatusOr<std::optional<std::string>> Text(
      absl::string_view name) const {
    const json* const member = FindMember(members_, name);
    if (member == nullptr) return std::nullopt;
    const std::string* const text = TextOf(*member);
    if (text == nullptr) return Error(name, "is not a string");
    return *text;
  }

  absl::StatusOr<std::string> Bytes(absl::string_view name) const {
    PT_ASSIGN_OR_RETURN(const std::optional<std::string> text, Text(name));
    if (!text.has_value()) return Error(name, "is missing");
    std::optional<std::string> bytes = DecodeBase64Url(*text);
    if (!bytes.has_value()) return Error(name, "is not base64url");
    return *std::move(bytes);
  }

  bool Has(absl::string_view name) const {
    return FindMember(members_, name) != nullptr;
  }

  // Whether `key_ops` is not there or has "verify".
  absl::StatusOr<bool> OperationsAllowVerifying() const {
    const json* const operations = FindMember(members_, "key_ops");
    if (operations == nullptr) return true;
    if (!operations->is_array()) return Error("key_ops", "is not an array");
    bool found = false;
    for (const json& operation : *operations) {
      const std::string* const name = TextOf(operation);
      if (name == nullptr) return Error("key_ops", "has what is not a string");
      found = found || *name == "verify";
    }
    return found;
  }

  absl::Status Error(absl::string_view name, absl::string_view problem) const {
    return SetError(absl::StrCat(place_, ".", name), problem);
  }

  // The error of a key of which the members are named, with their place.
  absl::Status AtPlace(const absl::Status& error) const {
    return MakeError(
        error.code(), ReasonOf(error),
        absl::StrCat(place_, ".", error.message()),
        {{"field", absl::StrCat(place_, ".", MetadataOf(error)[0].second)}});
  }

  const std::string& place() const { return place_; }

 private:
  const json& members_;
  const std::string place_;
};

// What a key would be of use for, or nothing.
absl::StatusOr<std::optional<Algorithm>> KindOf(const Jwk& jwk) {
  PT_ASSIGN_OR_RETURN(const auto type, jwk.Text("kty"));
  PT_ASSIGN_OR_RETURN(const auto curve, jwk.Text("crv"));
  PT_ASSIGN_OR_RETURN(const auto use, jwk.Text("use"));
  PT_ASSIGN_OR_RETURN(const auto name, jwk.Text("alg"));
  PT_ASSIGN_OR_RETURN(const bool may_verify, jwk.OperationsAllowVerifying());
  if (!type.has_value()) return jwk.Error("kty", "is missing");
  std::optional<Algorithm> algorithm;
  if (*type == "RSA") algorithm = Algorithm::kRs256;
  if (*type == "EC" && curve == "P-256") algorithm = Algorithm::kEs256;
  if (*type == "OKP" && curve == "Ed25519") algorithm = Algorithm::kEdDsa;
  if (!algorithm.has_value() || !may_verify || use.value_or("sig") != "sig" ||
      (name.has_value() && NameOf(*algorithm) != *name)) {
    return std::nullopt;
  }
  return algorithm;
}

absl::StatusOr<VerifyingKey> ReadKey(const Jwk& jwk, Algorithm algorithm) {
  if (jwk.Has("d")) return jwk.Error("d", "is a private key");
  absl::StatusOr<VerifyingKey> key = absl::InternalError("");
  if (algorithm == Algorithm::kRs256) {
    PT_ASSIGN_OR_RETURN(const std::string modulus, jwk.Bytes("n"));
    PT_ASSIGN_OR_RETURN(const std::string exponent, jwk.Bytes("e"));
    key = VerifyingKey::Rsa(modulus, exponent);
  } else if (algorithm == Algorithm::kEs256) {
    PT_ASSIGN_OR_RETURN(const std::string x, jwk.Bytes("x"));
    PT_ASSIGN_OR_RETURN(const std::string y, jwk.Bytes("y"));
    key = VerifyingKey::P256(x, y);
  } else {
    PT_ASSIGN_OR_RETURN(const std::string x, jwk.Bytes("x"));
    key = VerifyingKey::Ed25519(x);
  }
  if (!key.ok()) return jwk.AtPlace(key.status());
  return key;
}

absl::StatusOr<std::optional<std::string>> ReadKeyId(const Jwk& jwk) {
  PT_ASSIGN_OR_RETURN(std::optional<std::string> id, jwk.Text("kid"));
  if (id.has_value() && (id->empty() || id->size() > kKeyIdBytesMax)) {
    return jwk.Error("kid",
                     absl::StrCat("is not of 1 to ", kKeyIdBytesMax, " bytes"));
  }
  return id;
}

}  // namespace

const VerifyingKey* JwkSet::Find(
    const std::optional<std::string>& key_id) const {
  if (!key_id.has_value()) {
    return by_id_.size() == 1 ? &by_id_.begin()->second : nullptr;
  }
  const auto found = by_id_.find(key_id);
  return found == by_id_.end() ? nullptr : &found->second;
}

absl::StatusOr<JwkSet> ParseJwkSet(absl::string_view json) {
  if (json.size() > kJwkSetBytesMax) {
    return SetError("key_set",
                    absl::StrCat("has more than ", kJwkSetBytesMax, " bytes"));
  }
  const auto document = ParseJsonObject(json);
  if (!document.has_value()) {
    return SetError("key_set",
                    "is not a JSON object with each member given once");
  }
  const nlohmann::json* const keys = FindMember(*document, "keys");
  if (keys == nullptr || !keys->is_array() || keys->size() > kJwkSetKeysMax) {
    return SetError("keys", absl::StrCat("is not an array of at most ",
                                         kJwkSetKeysMax, " keys"));
  }
  JwkSet set;
  for (std::size_t i = 0; i < keys->size(); ++i) {
    const Jwk jwk((*keys)[i], absl::StrCat("keys[", i, "]"));
    if (!(*keys)[i].is_object()) {
      return SetError(jwk.place(), "is not an object");
    }
    PT_ASSIGN_OR_RETURN(const std::optional<Algorithm> algorithm, KindOf(jwk));
    if (!algorithm.has_value()) {
      ++set.passed_over_;
      continue;
    }
    PT_ASSIGN_OR_RETURN(std::optional<std::string> id, ReadKeyId(jwk));
    PT_ASSIGN_OR_RETURN(VerifyingKey key, ReadKey(jwk, *algorithm));
    const bool is_first = set.by_id_.empty();
    if (!set.by_id_.emplace(std::move(id), std::move(key)).second) {
      return jwk.Error("kid", "is that of another key, too");
    }
    if (!is_first && set.by_id_.count(std::nullopt) != 0) {
      return jwk.Error("kid", "is missing here or above, among several keys");
    }
  }
  return set;
}

}  // namespace pulsetaker::auth
