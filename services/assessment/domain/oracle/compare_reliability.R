# Works out reliability, agreement, intraclass correlations and pooled levels of
# random data again with packages of R, and compares.
#
#   Rscript compare_reliability.R PROGRAM COUNT
#
# PROGRAM is the built assessment_reliability_numbers.
#
#   alpha            psych::alpha              1e-9
#   omega            factanal of R itself      1e-6, both sides iterate
#   agreement        multilevel::rwg.j         1e-9
#   ICC, equal n     psych::ICC, multilevel    1e-9
#   ICC, unequal n   aov of R itself           1e-9
#   pooled levels    metafor: rma and blup     1e-9
#
# Ends with 77, which ctest reports as skipped, where a package is missing.

needed <- c("psych", "multilevel", "metafor")
for (package in needed) {
  if (!requireNamespace(package, quietly = TRUE)) {
    cat("skipped: R has no package", package, "\n")
    quit(status = 77)
  }
}
arguments <- commandArgs(trailingOnly = TRUE)
program <- arguments[1]
count <- as.integer(arguments[2])
compared <- c(alpha = 0, omega = 0, improper = 0, agreement = 0, balanced = 0,
              unbalanced = 0, pooling = 0)

run <- function(lines) {
  answer <- system2(program, input = lines, stdout = TRUE)
  scan(text = answer, na.strings = "NA", quiet = TRUE)
}

near <- function(what, ours, theirs, tolerance = 1e-9) {
  far <- is.na(ours) | abs(ours - theirs) > tolerance * pmax(1, abs(theirs))
  if (length(ours) != length(theirs) || any(far)) {
    stop(sprintf("%s: %.12g and %.12g", what, ours[far][1], theirs[far][1]),
         call. = FALSE)
  }
  compared[what] <<- compared[what] + 1
}

digits <- function(x) format(x, digits = 17, trim = TRUE, scientific = FALSE)

# As near to the optimum as its line search finds a way.
fit_one_factor <- function(ratings) {
  for (factr in c(10, 100, 1000)) {
    fit <- tryCatch(
      factanal(ratings, 1, rotation = "none", nstart = 3,
               control = list(opt = list(factr = factr, pgtol = 1e-9,
                                         maxit = 5000))),
      error = function(e) NULL)
    if (!is.null(fit)) return(fit)
  }
  stop("factanal does not converge", call. = FALSE)
}

check_items <- function() {
  people <- sample(50:200, 1)
  items <- sample(3:8, 1)
  loadings <- runif(items, 0.2, 1.5)
  shared <- rnorm(people)
  ratings <- sapply(loadings, function(load) {
    pmin(5, pmax(1, round(3 + load * shared + rnorm(people))))
  })
  ours <- run(c(paste("items", people, items),
                apply(ratings, 1, paste, collapse = " ")))
  near("alpha", ours[1],
       suppressWarnings(psych::alpha(as.data.frame(ratings),
                                     n.iter = 1)$total$raw_alpha))
  q <- mean(apply(ratings, 2, var)) / 2
  if (q < 1) {
    near("agreement", ours[3],
         multilevel::rwg.j(ratings, rep(1, people), ranvar = 2)$rwg.j)
  }
  fit <- fit_one_factor(ratings)
  sd <- apply(ratings, 2, stats::sd)
  if (min(fit$uniquenesses) <= 0.00500001) {
    compared["improper"] <<- compared["improper"] + 1
    if (!is.na(ours[2])) stop("omega of an improper solution", call. = FALSE)
  } else {
    common <- sum(fit$loadings[, 1] * sd)^2
    near("omega", ours[2], common / (common + sum(fit$uniquenesses * sd^2)),
         1e-6)
  }
}

check_places <- function(balanced) {
  places <- sample(3:30, 1)
  sizes <- if (balanced) rep(sample(2:12, 1), places) else
    sample(1:20, places, replace = TRUE) + c(1, rep(0, places - 1))
  place <- factor(rep(seq_len(places), sizes))
  score <- 50 + sample(c(0, 5, 15), 1) * rnorm(places)[place] +
    20 * rnorm(length(place))
  ours <- run(c(paste("places", places),
                sapply(seq_len(places), function(j) {
                  own <- score[place == j]
                  paste(c(length(own), digits(own)), collapse = " ")
                })))
  model <- aov(score ~ place)
  if (balanced) {
    near("balanced", ours[1:2],
         c(multilevel::ICC1(model), multilevel::ICC2(model)))
    table <- t(sapply(split(score, place), identity))
    near("balanced", ours[1:2],
         psych::ICC(table, lmer = FALSE)$results$ICC[c(1, 4)])
  } else {
    squares <- summary(model)[[1]][["Mean Sq"]]
    size <- (sum(sizes) - sum(sizes^2) / sum(sizes)) / (places - 1)
    near("unbalanced", ours,
         c((squares[1] - squares[2]) /
             (squares[1] + (size - 1) * squares[2]),
           (squares[1] - squares[2]) / squares[1], size))
  }
}

check_levels <- function() {
  places <- sample(4:60, 1)
  error <- runif(places, 0.5, 12)
  level <- rnorm(places, 55, sample(c(0, 3, 10), 1)) + error * rnorm(places)
  ours <- run(c(paste("levels", places), paste(digits(level), digits(error))))
  model <- metafor::rma(yi = level, sei = error, method = "DL")
  near("pooling", ours,
       c(model$beta[1], model$tau2, metafor::blup(model)$pred))
}

set.seed(20080701)
for (i in seq_len(count)) {
  check_items()
  check_places(TRUE)
  check_places(FALSE)
  check_levels()
}
if (any(compared[names(compared) != "improper"] < count / 2)) {
  print(compared)
  stop("too little was compared: the data are of no use", call. = FALSE)
}
cat("agree:", paste(names(compared), compared), "\n")
